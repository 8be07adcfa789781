import { isLoopback } from './loopback.js';

it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost', '::ffff:127.0.0.1'])(
  'A10 only this machine can reach %s',
  (host) => {
    expect(isLoopback(host)).toBe(true);
  },
);

it.each(['0.0.0.0', '::', '192.168.0.1', 'localhost.example.com', '128.0.0.1'])(
  'A10 others can reach %s',
  (host) => {
    expect(isLoopback(host)).toBe(false);
  },
);
