import { bubblewrap, type SandboxProvider } from '../src/index.ts';

/** Sandboxes that work here; tests of those that do not are skipped, with a line that says so. */
export async function workingSandbox(name: string, sandbox: SandboxProvider = bubblewrap()): Promise<boolean> {
  const status = await sandbox.probe();
  if (status.isAvailable) return true;
  console.warn(`SKIPPED: what runs in ${name} is not tested, because ${status.reason}`);
  return false;
}
