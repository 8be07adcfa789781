import type { Socket } from 'node:net';
import type { Request, Response } from 'express';

/** Maximum number of requests on one connection that wait for earlier answers; then we stop reading from it. */
const MAX_WAITING = 8;
/** After this time we read again: there is no other way to notice that the client has left. */
const LOOK_AFTER_MS = 1_000;
/** We do not read again if this many wait, at about 5 kB each: one read may bring hundreds. */
const MAX_WAITING_FOR_A_LOOK = 256;

const queues = new WeakMap<Socket, Queue>();

/**
 * Makes a pipelined request wait for the answers before its own. Node does not report a closed connection to a queued
 * response: a client's departure would go unnoticed, and one connection could run any number of chats. Node would
 * also keep reading while no answer is sent, until memory is exhausted.
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
