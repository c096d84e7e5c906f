/** Mail leaves by this port. The default writes each message to a folder and names it in the log. */
export interface Mail {
  send(message: { to: string; subject: string; text: string }): Promise<void>;
}
