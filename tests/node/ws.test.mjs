// The echo server with npm's ws, the client of most Node.js programs.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import test from 'node:test';
import WebSocket from 'ws';

const base = process.env.DUNLIN_URL;
if (!base) throw new Error('set DUNLIN_URL to the address of a running echo server');

// The longest message that is taken whole: DUNLIN_LIMITS is device or, by default, linux.
const isDevice = process.env.DUNLIN_LIMITS === 'device';
const longest = isDevice ? 1024 : 16 * 2 ** 20;

async function connect(path, protocols = []) {
  const socket = new WebSocket(new URL(path, base.replace(/^http/, 'ws')), protocols, { perMessageDeflate: false });
  socket.pending = [];
  socket.on('message', (data, binary) => socket.pending.push(binary ? data : data.toString()));
  await once(socket, 'open');
  return socket;
}

async function receive(socket) {
  while (socket.pending.length === 0) await once(socket, 'message');
  return socket.pending.shift();
}

async function close(socket, code = 1000) {
  socket.close(code);
  const [told] = await once(socket, 'close');
  return told;
}

for (const path of ['ws', 'ws_partial', 'auth?token=valid', 'echo']) {
  test(`${path} echoes text and binary of every length form`, async () => {
    const socket = await connect(path);
    if (path.startsWith('auth')) {
      assert.equal(await receive(socket), 'Welcome to the WebSocket Echo Server (post-handshake)!');
    }
    const lengths = [0, 1, 125, 126, 1024, 65535, 65536, 70000];
    for (const length of lengths.filter((length) => length <= longest || path === 'ws_partial')) {
      socket.send('x'.repeat(length));
      assert.equal(await receive(socket), 'x'.repeat(length));
      const octets = randomBytes(length);
      socket.send(octets);
      assert.deepEqual(await receive(socket), octets);
    }
    assert.equal(await close(socket, 3000), 3000);
  });
}

test('a message of one octet too many is closed with 1009', async () => {
  const socket = await connect('echo');
  const closed = once(socket, 'close');
  socket.send(Buffer.alloc(longest + 1));
  assert.equal((await closed)[0], 1009);
});

const skip = isDevice && 'a device takes no such message';
test('echo takes a message of 16 MiB', { skip }, async () => {
  const socket = await connect('echo');
  const octets = randomBytes(16 * 2 ** 20);
  socket.send(octets);
  assert.ok(octets.equals(await receive(socket)));
  assert.equal(await close(socket), 1000);
});

test('a message in fragments with a ping between them comes back whole', async () => {
  const socket = await connect('echo');
  socket.send('one ', { fin: false });
  socket.ping('between');
  const [payload] = await once(socket, 'pong');
  assert.equal(payload.toString(), 'between');
  socket.send('two', { fin: true });
  assert.equal(await receive(socket), 'one two');
  assert.equal(await close(socket), 1000);
});

test('a queued job answers on ws', async () => {
  const socket = await connect('ws');
  socket.send('Trigger async');
  assert.equal(await receive(socket), 'Async data');
  const pinged = once(socket, 'ping');
  const ponged = once(socket, 'pong');
  socket.send('Ping');
  assert.equal((await pinged)[0].length, 0);
  assert.equal((await ponged)[0].length, 0, 'the pong of the client comes back');
  assert.equal(await close(socket), 1000);
});

test('the subprotocol chat is accepted', async () => {
  const socket = await connect('ws', ['superchat', 'chat']);
  assert.equal(socket.protocol, 'chat');
  assert.equal(await close(socket), 1000);
});
