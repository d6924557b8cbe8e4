/** Preloaded into a process, so that `Date` is off by CHAOS_CLOCK_OFFSET_MS. */
const offsetMs = Number(process.env['CHAOS_CLOCK_OFFSET_MS'] ?? 0);

globalThis.Date = new Proxy(Date, {
  construct: (target, args) => Reflect.construct(target, args.length === 0 ? [Date.now()] : args),
  get: (target, name) => (name === 'now' ? () => target.now() + offsetMs : Reflect.get(target, name, target)),
});
