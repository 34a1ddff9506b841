// undici, whose client is the one that Node.js has built in. It always offers compression.

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { WebSocket, ping } from 'undici';
import { Conversation } from './conversation.mjs';
import { serve, version } from './verbs.mjs';

function open({ url, protocols }) {
  const conversation = Conversation.over(new WebSocket(url, protocols));
  conversation.ping = (payload) => {
    const answered = pong();
    ping(conversation.socket, payload);
    return answered;
  };
  return conversation;
}

const PONGS = 'undici:websocket:pong';

/** The payload of the next pong. */
function pong() {
  return new Promise((resolve) => {
    subscribe(PONGS, function heard({ payload }) {
      unsubscribe(PONGS, heard);
      resolve(payload);
    });
  });
}

await serve(open, version('undici'));
