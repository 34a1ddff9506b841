// websocket, which has no extensions.

import { once } from 'node:events';
import websocket from 'websocket';
import { Conversation } from './conversation.mjs';
import { serve, version } from './verbs.mjs';

function open({ url, protocols }) {
  const client = new websocket.client();
  client.connect(url, protocols);
  return new Promise((resolve, reject) => {
    // At once: a message that came with the handshake is told right behind it.
    client.on('connect', (connection) => resolve(over(connection)));
    client.on('connectFailed', reject);
  });
}

function over(connection) {
  const conversation = new Conversation(connection);
  conversation.opened = connection.protocol;
  connection.on('message', ({ utf8Data, binaryData }) => conversation.arrive(utf8Data ?? binaryData));
  connection.on('close', (code) => conversation.ended({ code }));
  conversation.ping = async (payload) => {
    const pong = once(connection, 'pong');
    connection.ping(payload);
    return (await pong)[0];
  };
  return conversation;
}

await serve(open, version('websocket'));
