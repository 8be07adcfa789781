import fc from 'fast-check';
import { BREAKER_DEFAULTS, CircuitBreaker, type Permit } from './circuit-breaker.js';

const OPTIONS = {
  windowMs: 10_000,
  minimumCalls: 4,
  failureRate: 0.5,
  cooldownMs: 1_000,
  maxCooldownMs: 3_000,
  probeTimeoutMs: 5_000,
};

function setUp(options = OPTIONS) {
  let now = 1_000_000;
  const breaker = new CircuitBreaker(() => now, options);
  const acquire = (): Permit => {
    const permit = breaker.tryAcquire();
    if (permit === undefined) throw new Error('refused');
    return permit;
  };
  return {
    breaker,
    acquire,
    pass: (ms: number) => {
      now += ms;
    },
    call: (outcome: 'success' | 'failure' | 'release') => {
      acquire()[outcome]();
    },
    fail: (times: number) => {
      for (let i = 0; i < times; i++) acquire().failure();
    },
    state: () => breaker.snapshot().state,
    retryInMs: () => breaker.snapshot().retryInMs,
  };
}

describe('CircuitBreaker', () => {
  it('is closed at first and allows all calls', () => {
    const { breaker, acquire } = setUp();
    for (let i = 0; i < 100; i++) acquire();
    expect(breaker.snapshot()).toEqual({ state: 'closed', retryInMs: 0 });
  });

  it('has defaults', () => {
    const breaker = new CircuitBreaker(() => 0);
    for (let i = 0; i < BREAKER_DEFAULTS.minimumCalls; i++) breaker.tryAcquire()?.failure();
    expect(breaker.snapshot()).toEqual({ state: 'open', retryInMs: BREAKER_DEFAULTS.cooldownMs });
  });

  describe('opening', () => {
    it('needs a minimum of calls', () => {
      const { fail, state } = setUp();
      fail(3);
      expect(state()).toBe('closed');
      fail(1);
      expect(state()).toBe('open');
    });

    it('opens as soon as the failure rate is reached', () => {
      const { call, state } = setUp();
      for (const outcome of ['success', 'success', 'success', 'failure', 'failure'] as const) call(outcome);
      expect(state()).toBe('closed');
      call('failure');
      expect(state()).toBe('open');
    });

    it('ignores failures that say nothing about the slug', () => {
      const { call, fail, state } = setUp();
      fail(3);
      for (let i = 0; i < 10; i++) call('release');
      expect(state()).toBe('closed');
    });

    it('forgets failures that are older than the window', () => {
      const { fail, pass, state } = setUp();
      fail(3);
      pass(OPTIONS.windowMs);
      fail(3);
      expect(state()).toBe('closed');
    });

    it('refuses until the cooldown has passed', () => {
      const { breaker, fail, pass, state, retryInMs } = setUp();
      fail(4);
      expect(retryInMs()).toBe(1_000);
      pass(999);
      expect(breaker.tryAcquire()).toBeUndefined();
      expect(breaker.snapshot()).toEqual({ state: 'open', retryInMs: 1 });
      pass(1);
      expect(state()).toBe('half_open');
      expect(retryInMs()).toBe(0);
      expect(breaker.tryAcquire()).toBeDefined();
    });
  });

  describe('a call', () => {
    it('counts once, however often it reports', () => {
      const { acquire, state } = setUp();
      const permit = acquire();
      for (let i = 0; i < 10; i++) permit.failure();
      permit.success();
      permit.rest(5_000);
      expect(state()).toBe('closed');
    });

    it('that breaks after it began counts as a failure, not as two calls', () => {
      const { acquire, call, state } = setUp();
      const permits = [acquire(), acquire()];
      for (const permit of permits) permit.success();
      for (const permit of permits) {
        permit.failure();
        permit.failure();
      }
      call('success');
      expect(state()).toBe('closed');
      const fourth = acquire();
      fourth.success();
      expect(state()).toBe('closed');
      fourth.failure();
      expect(state()).toBe('open');
    });

    it('that succeeds never opens it', () => {
      const { call, fail, state } = setUp();
      fail(3);
      for (let i = 0; i < 3; i++) call('success');
      expect(state()).toBe('closed');
    });

    it('that began counts as one success, and its end does not count', () => {
      const { acquire, fail, state } = setUp();
      for (let i = 0; i < 4; i++) {
        const permit = acquire();
        permit.success();
        permit.success();
        permit.release();
        permit.failure();
      }
      fail(3);
      expect(state()).toBe('closed');
      fail(1);
      expect(state()).toBe('open');
    });

    it('from before it opened no longer counts', () => {
      const { breaker, acquire, call, fail, pass, state, retryInMs } = setUp();
      const old = Array.from({ length: 20 }, acquire);
      fail(4);
      old[0]!.failure();
      old[1]!.success();
      old[1]!.failure();
      expect(retryInMs()).toBe(1_000);
      pass(1_000);
      old[2]!.failure();
      old[3]!.success();
      expect(state()).toBe('half_open');
      call('success');
      for (const permit of old) permit.failure();
      expect(state()).toBe('closed');
      expect(breaker.tryAcquire()).toBeDefined();
    });
  });

  it('ignores a stream that breaks after it has opened and closed again', () => {
    const { acquire, call, fail, pass, state } = setUp();
    const streams = Array.from({ length: 10 }, acquire);
    for (const stream of streams) stream.success();
    fail(10);
    pass(1_000);
    call('success');
    for (let i = 0; i < 4; i++) call('success');
    for (const stream of streams) stream.failure();
    expect(state()).toBe('closed');
  });

  describe('half open', () => {
    function halfOpen() {
      const world = setUp();
      world.fail(4);
      world.pass(1_000);
      return world;
    }

    it('allows a single probe', () => {
      const { breaker, acquire, state } = halfOpen();
      acquire();
      for (let i = 0; i < 50; i++) expect(breaker.tryAcquire()).toBeUndefined();
      expect(state()).toBe('half_open');
    });

    it('closes when the probe succeeds, with a clean record', () => {
      const { call, fail, state } = halfOpen();
      call('success');
      expect(state()).toBe('closed');
      fail(3);
      expect(state()).toBe('closed');
    });

    it('opens for longer each time the probe fails, up to a cap', () => {
      const { fail, pass, retryInMs } = halfOpen();
      for (const cooldown of [2_000, 3_000, 3_000]) {
        fail(1);
        expect(retryInMs()).toBe(cooldown);
        pass(cooldown);
      }
    });

    it('allows the next probe at once when one ends without a result', () => {
      const { breaker, call, state } = halfOpen();
      for (let i = 0; i < 5; i++) call('release');
      expect(state()).toBe('half_open');
      expect(breaker.tryAcquire()).toBeDefined();
      expect(breaker.tryAcquire()).toBeUndefined();
    });

    it('does not wait forever for a probe that never reports', () => {
      const { breaker, acquire, pass, state } = halfOpen();
      const lost = acquire();
      pass(4_999);
      expect(breaker.tryAcquire()).toBeUndefined();
      pass(1);
      const next = acquire();
      lost.success();
      lost.failure();
      lost.release();
      expect(state()).toBe('half_open');
      expect(breaker.tryAcquire()).toBeUndefined();
      next.success();
      expect(state()).toBe('closed');
    });

    it('rests when the probe is rate limited, and probes again after it', () => {
      const { breaker, acquire, call, pass, state } = halfOpen();
      acquire().rest(2_000);
      expect(breaker.snapshot()).toEqual({ state: 'resting', retryInMs: 2_000 });
      expect(breaker.tryAcquire()).toBeUndefined();
      pass(2_000);
      expect(state()).toBe('half_open');
      call('success');
      expect(state()).toBe('closed');
    });

    it('counts a probe that broke after it had closed the breaker', () => {
      const { acquire, call, fail, state } = halfOpen();
      const probe = acquire();
      probe.success();
      for (let i = 0; i < 4; i++) call('success');
      fail(2);
      expect(state()).toBe('closed');
      probe.failure();
      expect(state()).toBe('open');
    });
  });

  describe('opening again', () => {
    function openTwice(calmMs: number) {
      const world = setUp();
      world.fail(4);
      world.pass(1_000);
      world.call('success');
      world.pass(calmMs);
      world.fail(4);
      return world.retryInMs();
    }

    it('stays open longer if it opens again soon after it closed', () => {
      expect(openTwice(OPTIONS.windowMs - 1)).toBe(2_000);
    });

    it('starts over after a calm window', () => {
      expect(openTwice(OPTIONS.windowMs)).toBe(1_000);
    });
  });

  describe('a rate limit', () => {
    it('rests as long as the upstream asked, then allows all calls', () => {
      const { breaker, acquire, pass } = setUp();
      acquire().rest(2_000);
      expect(breaker.snapshot()).toEqual({ state: 'resting', retryInMs: 2_000 });
      expect(breaker.tryAcquire()).toBeUndefined();
      pass(2_000);
      expect(breaker.snapshot()).toEqual({ state: 'closed', retryInMs: 0 });
      for (let i = 0; i < 10; i++) acquire();
    });

    it('is not a failure', () => {
      const { acquire, fail, state } = setUp();
      fail(3);
      for (let i = 0; i < 10; i++) acquire().rest(undefined);
      expect(state()).toBe('closed');
    });

    it('does not shorten a longer rest, nor rest longer than the cap', () => {
      const { acquire, retryInMs } = setUp();
      const [first, second, third] = [acquire(), acquire(), acquire()];
      first.rest(2_000);
      second.rest(500);
      expect(retryInMs()).toBe(2_000);
      third.rest(99_999_000);
      expect(retryInMs()).toBe(3_000);
    });

    it('in the middle of a stream rests too, but not after its end', () => {
      const { acquire, retryInMs } = setUp();
      const permit = acquire();
      permit.success();
      permit.release();
      permit.rest(2_000);
      expect(retryInMs()).toBe(0);
      const other = acquire();
      other.success();
      other.rest(2_000);
      other.rest(3_000);
      expect(retryInMs()).toBe(2_000);
    });

    it('shows the longer of rest and cooldown', () => {
      const { acquire, breaker, fail, pass } = setUp();
      const late = acquire();
      fail(4);
      late.rest(2_500);
      expect(breaker.snapshot()).toEqual({ state: 'open', retryInMs: 2_500 });
      pass(1_000);
      expect(breaker.snapshot()).toEqual({ state: 'resting', retryInMs: 1_500 });
    });
  });

  it('property: flapping never brings a herd, and recovery always closes it (U40)', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 2_500 }) }),
      fc.record({ do: fc.constant('herd' as const), size: fc.integer({ min: 1, max: 20 }) }),
      fc.record({
        do: fc.constantFrom('success' as const, 'failure' as const, 'release' as const, 'rest' as const),
        which: fc.nat(),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { breaker, pass, call, state } = setUp();
        const underWay: Permit[] = [];
        for (const action of steps) {
          const before = breaker.snapshot();
          if (action.do === 'pass') {
            pass(action.ms);
          } else if (action.do === 'herd') {
            const granted = Array.from({ length: action.size }, () => breaker.tryAcquire()).filter(
              (p) => p !== undefined,
            );
            underWay.push(...granted);
            if (before.state === 'closed') expect(granted).toHaveLength(action.size);
            else expect(granted.length).toBeLessThanOrEqual(before.state === 'half_open' ? 1 : 0);
          } else {
            const [permit] = underWay.splice(action.which % (underWay.length + 1), 1);
            if (action.do === 'rest') permit?.rest(1_500);
            else permit?.[action.do]();
          }
          expect(breaker.snapshot().retryInMs).toBeLessThanOrEqual(OPTIONS.maxCooldownMs);
        }
        pass(OPTIONS.maxCooldownMs + OPTIONS.probeTimeoutMs);
        call('success');
        expect(state()).toBe('closed');
      }),
      { numRuns: 500 },
    );
  });

  it('half the calls failing, then recovery: opens, probes one at a time, closes (U40)', () => {
    const { breaker, pass, state } = setUp();
    let asked = 0;
    let seen = new Set<string>();
    const second = (failing: (n: number) => boolean) => {
      for (let n = 0; n < 20; n++) {
        pass(50);
        const permit = breaker.tryAcquire();
        if (permit === undefined) continue;
        asked++;
        if (failing(n)) permit.failure();
        else permit.success();
        seen.add(state());
      }
    };
    for (let s = 0; s < 60; s++) second((n) => n % 2 === 0);
    expect([...seen].sort()).toEqual(['closed', 'open']);
    expect(asked).toBeLessThan(400);
    seen = new Set();
    for (let s = 0; s < 10; s++) second(() => false);
    seen.clear();
    second(() => false);
    expect([...seen]).toEqual(['closed']);
  });
});
