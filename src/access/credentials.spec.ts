import { presentationFault, presentedKey } from './credentials.js';

describe('the key that a request presents', () => {
  it.each([
    [['Host', 'x', 'Authorization', 'Bearer abc'], 'abc'],
    [['authorization', 'Bearer  abc '], 'abc'],
    [['X-Api-Key', 'abc'], 'abc'],
    [['X-Api-Key', 'abc', 'Authorization', 'Bearer abc'], 'abc'],
    [['Host', 'x'], undefined],
    [['Authorization', 'Bearer '], undefined],
    [['Authorization', 'bearer abc'], undefined],
    [['Authorization', 'Basic abc'], undefined],
    [['Authorization', 'Bearer abc', 'Authorization', 'Bearer abd'], undefined],
    [['Authorization', 'Basic abc', 'X-Api-Key', 'abc'], undefined],
    [['Authorization', `Bearer ${'x'.repeat(8192)}`], undefined],
  ])('A4 of %j is %p', (rawHeaders, key) => {
    expect(presentedKey({ rawHeaders })).toBe(key);
  });

  it.each([
    [['Authorization', 'bearer abc'], 'capital B'],
    [['Authorization', 'Basic abc'], 'Authorization: Bearer'],
    [['Authorization', 'Bearer abc', 'X-Api-Key', 'abd'], 'two different keys'],
  ])('A4 says what is wrong with %j', (rawHeaders, fault) => {
    expect(presentationFault({ rawHeaders })).toContain(fault);
  });

  it('A4 finds no fault with how a wrong key, or none, was presented', () => {
    expect(presentationFault({ rawHeaders: ['Authorization', 'Bearer abc'] })).toBeUndefined();
    expect(presentationFault({ rawHeaders: ['Host', 'x'] })).toBeUndefined();
  });
});
