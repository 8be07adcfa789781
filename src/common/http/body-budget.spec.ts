import { BodyBudget } from './body-budget.js';

const KB = 1024;
const SMALL = 64 * KB;
/** A budget of 10 kB for large bodies, and of 25 small ones of 1 kB. */
const budget = () => new BodyBudget(1000 * KB);
const large = () => new BodyBudget(100 * 1024 * KB);

describe('BodyBudget', () => {
  it('P11: bounds all bodies together, and says when to retry', () => {
    const all = large();
    expect(all.share().resize(SMALL + 6_000 * KB)).toBeUndefined();
    expect(all.share().resize(SMALL + 4_241 * KB)).toMatchObject({ code: 'overloaded', retryAfter: 1 });
    expect(all.share().resize(SMALL + 4_240 * KB)).toBeUndefined();
  });

  it('P11: also bounds very many small bodies', () => {
    const all = budget();
    for (let n = 0; n < 25; n++) expect(all.share().resize(KB)).toBeUndefined();
    expect(all.share().resize(KB)).toMatchObject({ code: 'overloaded' });
  });

  it('A14: large bodies do not shut out small ones', () => {
    const all = large();
    expect(all.share().resize(SMALL + 50_000 * KB)).toBeUndefined();
    expect(all.share().resize(SMALL + KB)).toMatchObject({ code: 'overloaded' });
    for (let n = 0; n < 39; n++) expect(all.share().resize(SMALL)).toBeUndefined();
  });

  it('lets a body grow and shrink, and frees all of it once', () => {
    const all = large();
    const share = all.share();
    const other = all.share();
    expect(share.resize(SMALL + 5_000 * KB)).toBeUndefined();
    expect(other.resize(SMALL + 1_000 * KB)).toBeUndefined();
    expect(share.resize(SMALL + 9_500 * KB)).toMatchObject({ code: 'overloaded' });
    expect(share.resize(SMALL + 3_000 * KB)).toBeUndefined();
    expect(other.resize(SMALL + 7_000 * KB)).toBeUndefined();
    share.giveBack();
    share.giveBack();
    expect(other.resize(SMALL + 10_240 * KB)).toBeUndefined();
    expect(all.share().resize(SMALL + KB)).toMatchObject({ code: 'overloaded' });
  });

  it('always admits a body when there is no other', () => {
    expect(
      budget()
        .share()
        .resize(SMALL + 5_000 * KB),
    ).toBeUndefined();
  });
});
