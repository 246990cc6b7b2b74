import { execFile, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { ProcessTree } from './process-tree.ts';

/** What descends from a child on Windows, as long as the child lives: its processes have no group there. */
export function windowsTree(child: ChildProcess & { readonly pid: number }): ProcessTree {
  return {
    end() {
      if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve([]);
      const program = join(process.env['SYSTEMROOT'] ?? 'C:\\Windows', 'System32', 'taskkill.exe');
      return new Promise((resolve) => {
        // Whatever it says: where it fails, the child itself is ended.
        execFile(program, ['/PID', String(child.pid), '/T', '/F'], { windowsHide: true }, () => {
          child.kill('SIGKILL');
          resolve(['its processes']);
        });
      });
    },
    release: () => undefined,
  };
}
