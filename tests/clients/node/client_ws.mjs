// ws.

import { once } from 'node:events';
import { WebSocket } from 'ws';
import { Conversation } from './conversation.mjs';
import { serve, version } from './verbs.mjs';

function open({ url, compression, protocols }) {
  // By itself it leaves short messages as they are.
  const socket = new WebSocket(url, protocols, { perMessageDeflate: compression && { threshold: 0 } });
  const conversation = Conversation.over(socket);
  conversation.ping = async (payload) => {
    const pong = once(socket, 'pong');
    socket.ping(payload);
    return (await pong)[0];
  };
  return conversation;
}

await serve(open, version('ws'));
