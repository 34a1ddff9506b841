// Every endpoint of the echo server with npm's ws: tokens, control frames and
// subprotocols.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import WebSocket from 'ws';

const base = process.env.DUNLIN_URL;
if (!base) throw new Error('set DUNLIN_URL to the address of a running echo server');

// The longest message that is taken whole: DUNLIN_LIMITS is device or, by default, linux.
const longest = process.env.DUNLIN_LIMITS === 'device' ? 1024 : 16 * 2 ** 20;

const WELCOME = 'Welcome to the WebSocket Echo Server (post-handshake)!';
const TARGETS = ['/ws', '/ws_partial', '/auth?token=valid', '/echo'];

function client(target, options = {}, protocols = []) {
  const url = new URL(target, base.replace(/^http/, 'ws'));
  return new WebSocket(url, protocols, { perMessageDeflate: false, handshakeTimeout: 5000, ...options });
}

/** An open client whose events are kept in order until they are asked for. */
async function connect(t, target, options, protocols) {
  const socket = client(target, options, protocols);
  const events = [];
  const waiting = [];
  const take = (event) => (waiting.length > 0 ? waiting.shift()(event) : events.push(event));
  socket.on('message', (data, binary) => take(['message', binary ? data : data.toString()]));
  socket.on('ping', (data) => take(['ping', data.toString('latin1')]));
  socket.on('pong', (data) => take(['pong', data.toString('latin1')]));
  socket.on('close', (code) => take(['close', code]));
  t.after(() => socket.terminate());
  await once(socket, 'open');
  socket.next = () => events.shift() ?? new Promise((resolve) => waiting.push(resolve));
  if (target.startsWith('/auth')) assert.deepEqual(await socket.next(), ['message', WELCOME]);
  return socket;
}

for (const target of TARGETS) {
  const options = { timeout: 20_000 };

  test(`${target} echoes text and binary with their types`, options, async (t) => {
    const socket = await connect(t, target);
    for (const message of ['Espressif', '', 'Grüße, κόσμε \u{1f427}', Buffer.from([0, 255, 128]), Buffer.alloc(0)]) {
      socket.send(message);
      assert.deepEqual(await socket.next(), ['message', message]);
    }
  });

  test(`${target} puts a fragmented message together`, options, async (t) => {
    const socket = await connect(t, target);
    socket.send('one ', { fin: false });
    socket.send('two ', { fin: false });
    socket.send('three', { fin: true });
    assert.deepEqual(await socket.next(), ['message', 'one two three']);
  });

  test(`${target} gives a mebibyte, or what it takes, back intact`, options, async (t) => {
    const socket = await connect(t, target);
    const octets = Buffer.alloc(target === '/ws_partial' ? 2 ** 20 : Math.min(2 ** 20, longest), 'Dunlin');
    socket.send(octets);
    const [kind, received] = await socket.next();
    assert.equal(kind, 'message');
    assert.ok(octets.equals(received));
  });

  test(`${target} answers a ping with its payload`, options, async (t) => {
    const socket = await connect(t, target);
    for (const payload of ['', 'Espressif', 'x'.repeat(125)]) {
      socket.ping(payload);
      assert.deepEqual(await socket.next(), ['pong', payload]);
    }
  });

  test(`${target} answers the close with its code`, options, async (t) => {
    for (const code of [1000, 3000, 4999]) {
      const socket = await connect(t, target);
      socket.close(code, 'bye');
      assert.deepEqual(await socket.next(), ['close', code]);
    }
  });

  test(`${target} speaks chat and connects without what it does not speak`, options, async (t) => {
    const chat = await connect(t, target, {}, ['superchat', 'chat']);
    assert.equal(chat.protocol, 'chat');
    // As a field, because ws refuses servers that accept none of its protocols.
    const headers = { 'Sec-WebSocket-Protocol': 'superchat, chatter' };
    const other = await connect(t, target, { headers });
    assert.equal(other.protocol, '');
    other.send('still works');
    assert.deepEqual(await other.next(), ['message', 'still works']);
  });
}

for (const text of ['Trigger async', 'Trigger async please']) {
  test(`${text} brings a message and no echo`, { timeout: 10_000 }, async (t) => {
    const socket = await connect(t, '/ws');
    socket.send(text);
    assert.deepEqual(await socket.next(), ['message', 'Async data']);
    socket.send('next');
    assert.deepEqual(await socket.next(), ['message', 'next']);
  });
}

for (const text of ['Ping', 'Ping me']) {
  test(`${text} brings an empty ping whose pong comes back`, { timeout: 10_000 }, async (t) => {
    const socket = await connect(t, '/ws');
    socket.send(text);
    assert.deepEqual(await socket.next(), ['ping', '']);
    assert.deepEqual(await socket.next(), ['pong', '']);
  });
}

test('/ws gives a pong back as a pong', { timeout: 10_000 }, async (t) => {
  const socket = await connect(t, '/ws');
  socket.pong('unasked');
  assert.deepEqual(await socket.next(), ['pong', 'unasked']);
});

for (const target of ['/ws_partial', '/auth?token=valid', '/echo']) {
  test(`${target} ignores a pong and takes triggers as plain text`, { timeout: 10_000 }, async (t) => {
    const socket = await connect(t, target);
    socket.pong('ignored');
    for (const text of ['Trigger async', 'Ping']) {
      socket.send(text);
      assert.deepEqual(await socket.next(), ['message', text]);
    }
  });
}

for (const query of ['?token=valid', '?a=b&token=valid&c', '?to%6Ben=valid', '?token=v%61lid']) {
  test(`/auth${query} is admitted`, { timeout: 10_000 }, async (t) => {
    const socket = await connect(t, `/auth${query}`);
    socket.send('hello');
    assert.deepEqual(await socket.next(), ['message', 'hello']);
  });
}

for (const query of ['', '?token=wrong', '?xtoken=valid', '?token=validx', '?a=token=valid']) {
  test(`/auth${query} is refused with 401 and a body`, { timeout: 10_000 }, async (t) => {
    const socket = client(`/auth${query}`);
    socket.on('error', () => {});
    t.after(() => socket.terminate());
    const [, response] = await once(socket, 'unexpected-response');
    assert.equal(response.statusCode, 401);
    let body = '';
    for await (const piece of response) body += piece;
    assert.match(body, /token/);
  });
}
