/** What a worker was started with is its own: processes that tests start are started as an operator would. */
delete process.env.NODE_OPTIONS;
