/** What a command may touch inside a sandbox. All paths are absolute, real, and exist. */
export interface SandboxProfile {
  /** Directories that may be changed. What lies in none of them is read-only; where there are none, everything is. */
  readonly writable: readonly string[];
  /** Files and directories, some of them in writable ones, that stay read-only. */
  readonly readOnly: readonly string[];
  /** Files and directories whose content is not there. */
  readonly hidden: readonly string[];
  /** Whether there is a network at all. */
  readonly network: boolean;
  /** Where the command starts. */
  readonly cwd: string;
}

/** Whether a sandbox works on this system. */
export type SandboxStatus =
  | { readonly isAvailable: true }
  /** Why not, and what to install or change. */
  | { readonly isAvailable: false; readonly reason: string };

/** What to start in place of a command, so that it runs in the sandbox. */
export interface SandboxedCommand {
  /** The first is the absolute path of a program. */
  readonly argv: readonly [string, ...string[]];
  /** Variables to set besides. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called once, when the command has ended or was not started. */
  readonly release?: () => Promise<void>;
}

/** A way to run commands confined by the operating system. Write your own for containers, virtual machines and the like. */
export interface SandboxProvider {
  /** Finds out whether the sandbox works, by running something in it. Never throws. */
  probe(): Promise<SandboxStatus>;
  /**
   * The command that runs `argv` as `profile` says. A throw is an answer too: the command does not run then.
   *
   * @param argv - The first is the absolute path of a program.
   */
  wrap(argv: readonly [string, ...string[]], profile: SandboxProfile): Promise<SandboxedCommand>;
}
