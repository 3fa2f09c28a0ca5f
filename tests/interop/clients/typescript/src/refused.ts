/** What every check of this client throws when something does not hold: a reason of docs/errors.md, and why. */
export class Refused extends Error {
  constructor(readonly reason: string, why = '') {
    super(why === '' ? reason : `${reason}: ${why}`);
  }
}

export function demand(condition: unknown, reason: string, why = ''): asserts condition {
  if (!condition) throw new Refused(reason, why);
}
