// Chromium without a window: JavaScript in the page that the server itself serves. It always offers compression.

import { chromium } from 'playwright-core';
import { Conversation } from './conversation.mjs';
import { decoded, encoded, serve } from './verbs.mjs';

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
    '--disable-sync', '--no-first-run'],
});
const page = await browser.newPage();

async function open({ url, protocols }) {
  // The policy of the page lets it connect to its own origin only.
  await page.goto(new URL(url).origin.replace('ws:', 'http:'));
  await page.evaluate(`globalThis.Conversation = ${Conversation}`);
  const opened = page.evaluate(({ url, protocols }) => {
    globalThis.conversation = Conversation.over(new WebSocket(url, protocols));
    return conversation.opened;
  }, { url, protocols });
  return { opened, send, receive, close };
}

const send = (message) => page.evaluate((message) => {
  const octets = ({ base64 }) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  conversation.send(typeof message === 'string' ? message : octets(message));
}, encoded(message));

const receive = async () => decoded(await page.evaluate(async () => {
  const message = await conversation.receive();
  if (typeof message === 'string') return message;
  return { base64: btoa(Array.from(message, (octet) => String.fromCharCode(octet)).join('')) };
}));

const close = (code) => page.evaluate((code) => conversation.close(code), code);

await serve(open, browser.version(), () => browser.close());
