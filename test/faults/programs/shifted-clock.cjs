// For `node --require`: a clock that is CLOCK_SHIFT milliseconds off, and jumps by CLOCK_JUMP milliseconds at SIGUSR2.
const RealDate = Date;
let offset = Number(process.env.CLOCK_SHIFT ?? 0);

globalThis.Date = class Date extends RealDate {
  constructor(...values) {
    if (values.length === 0) super(RealDate.now() + offset);
    else super(...values);
  }

  static now() {
    return RealDate.now() + offset;
  }
};

if (process.env.CLOCK_JUMP !== undefined) {
  process.on('SIGUSR2', () => {
    offset += Number(process.env.CLOCK_JUMP);
    process.stderr.write('(the clock jumped)\n');
  });
}
