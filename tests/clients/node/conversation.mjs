// A connection, and what has come over it and is still to be received. The class names nothing outside itself, so that
// it runs in a page too.
export class Conversation {
  arrived = [];
  awaited = [];
  closed = new Promise((resolve) => { this.ended = resolve; });

  constructor(socket) {
    this.socket = socket;
  }

  /** A conversation over what has the interface that browsers have. */
  static over(socket) {
    const conversation = new Conversation(socket);
    socket.binaryType = 'arraybuffer';
    conversation.opened = new Promise((resolve, reject) => {
      socket.onopen = () => resolve(socket.protocol || null);
      socket.onerror = (event) => reject(new Error(event.message || 'the client reports an error'));
    });
    socket.onmessage = ({ data }) => conversation.arrive(typeof data === 'string' ? data : new Uint8Array(data));
    socket.onclose = ({ code, wasClean }) => conversation.ended({ code, clean: wasClean });
    return conversation;
  }

  arrive(message) {
    const resolve = this.awaited.shift();
    if (resolve) resolve(message);
    else this.arrived.push(message);
  }

  send(message) {
    this.socket.send(message);
  }

  /** The next message; an end of the connection instead of it is an error. */
  async receive() {
    if (this.arrived.length > 0) return this.arrived.shift();
    const ended = this.closed.then(({ code }) => { throw new Error(`closed with ${code}`); });
    return Promise.race([new Promise((resolve) => this.awaited.push(resolve)), ended]);
  }

  /** Closes, and gives the code of the answer. */
  async close(code) {
    this.socket.close(code);
    const closed = await this.closed;
    // Not every client tells.
    if (closed.clean === false) throw new Error(`not closed cleanly: ${closed.code}`);
    return closed.code;
  }
}
