import { calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed, type Analysis } from '../../flow/analysis.ts';
import type { Value } from '../../flow/value.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { optionOf } from './settings.ts';

const FILES =
  /^(?:fs|fs\.promises|fs-extra|graceful-fs|memfs|fs-extra\.promises)\.(?:readFile|readFileSync|writeFile|writeFileSync|appendFile|appendFileSync|createReadStream|createWriteStream|open|openSync|openAsBlob|unlink|unlinkSync|rm|rmSync|rmdir|rmdirSync|mkdir|mkdirSync|readdir|readdirSync|opendir|stat|statSync|lstat|access|accessSync|exists|truncate|truncateSync|chmod|chmodSync|readlink|cp|cpSync|readJson|readJsonSync|writeJson|outputFile|remove|removeSync|ensureDir|emptyDir|watch)$/;
const TWO_FILES =
  /^(?:fs|fs\.promises|fs-extra|graceful-fs)\.(?:rename|renameSync|copyFile|copyFileSync|copy|copySync|move|link|symlink|cp|cpSync)$/;
const OTHERS =
  /^(?:Bun\.file|Deno\.(?:readFile|readTextFile|writeFile|writeTextFile|open|remove|stat)|send|koa-send|koa-sendfile|serve-static|express\.static|sharp|exceljs\.\w+|csv-parser|child_process\.fork|pdfkit|archiver\(\)\.(?:file|directory)|vm\.runInFile|ejs\.renderFile|pug\.renderFile|better-sqlite3|sqlite3\.Database)$/;

/** A path that the client can lead elsewhere. */
export const PATH_TRAVERSAL: DetectingRule = {
  id: 'js/path-traversal',
  ...KIND_DESCRIPTIONS['path-traversal'],
  fix: 'Resolve the path and check that it starts with the folder and a separator, keep only its last part (`path.basename`), or let `sendFile` do it with `root`.',
  weakExample:
    "import express from 'express';\nimport fs from 'fs';\nimport path from 'path';\n\nexpress().get('/note', (request, response) => {\n  response.json(fs.readFileSync(path.join('/srv/notes', request.query.name), 'utf8'));\n});\n",
  safeExample:
    "import express from 'express';\nimport fs from 'fs';\nimport path from 'path';\n\nexpress().get('/note', (request, response) => {\n  const file = path.resolve('/srv/notes', String(request.query.name));\n  if (!file.startsWith('/srv/notes' + path.sep)) return response.sendStatus(404);\n  response.json(fs.readFileSync(file, 'utf8'));\n});\n",
  *detect(analysis) {
    for (const site of analysis.calls) {
      if (pathsOf(site).some((path) => isChosen(path, analysis))) yield exposedAt(site.call.span, 'remote');
    }
  },
};

function isChosen(path: Value, analysis: Analysis): boolean {
  return isExposed(analysis.exposureOf(path, 'path'), 'remote') && path.entries === undefined;
}

/** Paths that the call reads, writes, removes or sends. */
function pathsOf(site: CallSite): readonly Value[] {
  const { ref, positional } = site;
  if (TWO_FILES.test(ref)) return positional.slice(0, 2);
  if (FILES.test(ref)) return positional.slice(0, 1);
  if (OTHERS.test(ref)) {
    const isSecond = /^(?:send|koa-send|koa-sendfile)$/.test(ref);
    return isSecond && optionOf(site, 'root') !== undefined ? [] : positional.slice(isSecond ? 1 : 0, isSecond ? 2 : 1);
  }
  // The bytes of an archive are handed to it too; a path is put together.
  if (ref === 'adm-zip') return positional.slice(0, 1).filter(({ text }) => text !== undefined);
  const name = calledName(site);
  const isResponse = /^\$(?:response|context)/.test(ref);
  if (isResponse && /^(?:sendFile|sendfile)$/.test(name)) {
    return optionOf(site, 'root') === undefined ? positional.slice(0, 1) : [];
  }
  if (isResponse && name === 'download') return optionOf(site, 'root') === undefined ? positional.slice(0, 1) : [];
  if (isResponse && name === 'render') return positional.slice(0, 1);
  // Uploads are moved where the program says.
  if (name === 'mv' && /\.files?\b/.test(site.receiver?.ref ?? '')) return positional.slice(0, 1);
  return [];
}
