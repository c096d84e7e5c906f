/** How many calls of this process somebody waits for: deferred work takes the device when there are none. */
export class Attendance {
  private calls = 0;

  /** Counts the call until it is done. */
  async during<T>(call: () => Promise<T>): Promise<T> {
    this.calls++;
    try {
      return await call();
    } finally {
      this.calls--;
    }
  }

  get isEmpty(): boolean {
    return this.calls === 0;
  }
}
