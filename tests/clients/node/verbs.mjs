// The verbs of a client program: commands come as lines of JSON, and each is answered with one line.

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * Serves the commands of the standard input until there are no more. `open` gets the arguments of connect and gives a
 * Conversation, whose methods are the other verbs. What one returns, or throws, is the answer. Then it calls `end`, and ends
 * with whatever is still open.
 */
export async function serve(open, version, end = () => {}) {
  answer({ version });
  let conversation;
  for await (const line of createInterface({ input: process.stdin })) {
    const { verb, ...command } = JSON.parse(line);
    try {
      if (verb === 'connect') conversation = await open(command);
      const value = verb === 'connect' ? conversation.opened : conversation[verb](...Object.values(command).map(decoded));
      answer({ value: encoded(await value ?? null) });
    } catch (error) {
      answer({ error: String(error?.message ?? error) });
    }
  }
  await end();
  process.exit();
}

/** The version of a package that is installed here. */
export const version = (name) =>
  JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;

/** JSON has no octets: they become an object with base64. */
export const encoded = (value) =>
  value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value;

export const decoded = (value) => value?.base64 === undefined ? value : Buffer.from(value.base64, 'base64');

const answer = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
