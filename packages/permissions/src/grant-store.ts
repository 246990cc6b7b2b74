/** Keeps what people granted for good, by workspace. */
export interface GrantStore {
  /** Absolute path of the file that it is kept in, if there is one. A policy refuses one inside its workspace. */
  readonly file?: string;
  /**
   * The rules granted for a workspace.
   *
   * @param root - Real path of its root.
   * @throws AgentError `policy_invalid` where what is kept cannot be read; never leaves a part out.
   */
  read(root: string): readonly string[];
  /** Adds rules for a workspace; those that are there already stay once. What others added meanwhile is kept. */
  add(root: string, rules: readonly string[]): Promise<void>;
}
