interface LookoutOptions {
  /** Looks for work once, and begins it. */
  look(): Promise<void>;
  /** Milliseconds between two looks for work of other processes. */
  pollInterval: number;
  /** A look has failed, and the one before it had not. */
  onCutOff(error: unknown): void;
}

/** Looks for work when it is woken, and every few seconds. There is one look at a time; waking during a look causes another one. */
export class Lookout {
  readonly #options: LookoutOptions;
  #isClosed = false;
  #isCutOff = false;
  #looksAgain = false;
  #looking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LookoutOptions) {
    this.#options = options;
  }

  /** Looks now. After a failure, the next look waits for its time. */
  wake(): void {
    if (this.#isClosed) return;
    this.#looksAgain = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
      clearTimeout(this.#timer);
      if (this.#isClosed) return;
      if (this.#looksAgain && !this.#isCutOff) this.wake();
      else this.#timer = setTimeout(() => this.wake(), this.#options.pollInterval).unref();
    });
  }

  async #look(): Promise<void> {
    try {
      while (this.#looksAgain && !this.#isClosed) {
        this.#looksAgain = false;
        await this.#options.look();
      }
      this.#isCutOff = false;
    } catch (error) {
      if (!this.#isCutOff) this.#options.onCutOff(error);
      this.#isCutOff = true;
    }
  }

  /** Looks no more, and waits for the look that runs. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }
}
