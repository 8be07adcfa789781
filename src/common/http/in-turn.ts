import type { Socket } from 'node:net';
import type { Request, Response } from 'express';

/** So many requests of one connection may wait for the answers before theirs; then reading from it stops. */
const MAX_WAITING = 8;
/** So long. Then it is read from once more: that a client has left is not to be known in another way. */
const LOOK_AFTER_MS = 1_000;
/** Unless so many wait, at some 5 kB each: a read may bring hundreds. */
const MAX_WAITING_FOR_A_LOOK = 256;

const queues = new WeakMap<Socket, Queue>();

/**
 * A pipelined request waits for the answers before its own. Node tells a queued response nothing of its connection: a
 * client that left would not be noticed, and one connection could have any number of chats under way. Node would also
 * read on for as long as nothing is answered, until the memory is full.
 */
export function inTurn({ socket }: Request, response: Response, proceed: () => void): void {
  if (response.socket) {
    proceed();
    return;
  }
  let queue = queues.get(socket);
  if (!queue) queues.set(socket, (queue = new Queue(socket)));
  queue.join();
  response.once('socket', () => {
    queue.leave();
    proceed();
  });
}

class Queue {
  private waiting = 0;
  private isLooking = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly socket: Socket) {
    // Node resumes a connection whenever the body of a request is read from it.
    socket.on('resume', () => {
      if (this.isFull && !this.isLooking) socket.pause();
    });
    socket.once('close', () => {
      clearTimeout(this.timer);
    });
  }

  private get isFull(): boolean {
    return this.waiting >= MAX_WAITING;
  }

  join(): void {
    this.waiting++;
    if (!this.isFull) return;
    this.isLooking = false;
    this.socket.pause();
    if (this.waiting < MAX_WAITING_FOR_A_LOOK)
      this.timer ??= setTimeout(() => {
        this.look();
      }, LOOK_AFTER_MS);
  }

  leave(): void {
    this.waiting--;
    if (!this.isFull) this.socket.resume();
  }

  private look(): void {
    this.timer = undefined;
    this.isLooking = true;
    this.socket.resume();
  }
}
