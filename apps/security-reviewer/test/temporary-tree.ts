import { createHash } from 'node:crypto';
import {
  globSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory of its own for one test. Removed with the scope that it is made in. */
export class TemporaryTree implements Disposable {
  readonly root: string = realpathSync(mkdtempSync(join(tmpdir(), 'security-reviewer-')));

  /** Files by path, with their content. */
  constructor(files: Readonly<Record<string, string | Buffer>> = {}) {
    for (const [path, content] of Object.entries(files)) this.write(path, content);
  }

  write(path: string, content: string | Buffer): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content);
  }

  path(path: string): string {
    return join(this.root, path);
  }

  /** Changes with every change to a file, a name or a link in the tree. */
  digest(): string {
    const hash = createHash('sha256');
    for (const path of globSync('**/*', { cwd: this.root }).toSorted()) {
      const stats = lstatSync(this.path(path));
      hash.update(JSON.stringify([path, stats.mode, stats.mtimeMs]));
      if (stats.isSymbolicLink()) hash.update(readlinkSync(this.path(path)));
      else if (stats.isFile()) hash.update(readFileSync(this.path(path)));
    }
    return hash.digest('hex');
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
