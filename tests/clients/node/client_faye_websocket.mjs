// faye-websocket, with its package permessage-deflate.

import faye from 'faye-websocket';
import deflate from 'permessage-deflate';
import { Conversation } from './conversation.mjs';
import { serve, version } from './verbs.mjs';

function open({ url, compression, protocols }) {
  const socket = new faye.Client(url, protocols, { extensions: compression ? [deflate] : [] });
  const conversation = Conversation.over(socket);
  conversation.ping = async (payload) => {
    // It calls back on a pong with the same payload, which is text for it.
    await new Promise((resolve) => socket.ping(payload.toString(), resolve));
    return payload;
  };
  return conversation;
}

await serve(open, version('faye-websocket'));
