/** A worker ends with the run that it works for, and starts processes as an operator would: without its own options. */
process.once('disconnect', () => process.exit());
delete process.env.NODE_OPTIONS;
