/**
 * Loaded into each Node process that is measured (`--import`): answers one question over the IPC channel, to the
 * microsecond. /proc/<pid>/stat would do without, but counts in ticks of 10 ms.
 */
import process from 'node:process';

process.on('message', (message) => {
  if (message !== 'usage') return;
  const { user, system } = process.cpuUsage();
  process.send({ cpuUs: user + system, rssBytes: process.memoryUsage.rss() });
});
// A bench that was killed leaves nothing running.
process.on('disconnect', () => process.exit());
// The channel alone must not keep the process alive.
process.channel?.unref();
