import { argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import { isExposed } from '../../flow/analysis.ts';
import type { Value } from '../../flow/value.ts';
import { exposedAt, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

const FILE_FUNCTIONS =
  /^(?:open|io\.open|codecs\.open|gzip\.open|bz2\.open|lzma\.open|aiofiles\.open|anyio\.open_file|os\.(?:open|remove|unlink|rmdir|removedirs|mkdir|makedirs|listdir|scandir|truncate|chmod|stat|readlink|walk)|shutil\.rmtree|zipfile\.ZipFile|tarfile\.open|pathlib\.Path\.open|linecache\.getlines?|PIL\.Image\.open|numpy\.load|glob\.i?glob|pandas\.read_(?:csv|json|excel|parquet|pickle|html|xml|table|feather|hdf|fwf|orc))$/;
const TWO_FILE_FUNCTIONS =
  /^(?:os\.(?:rename|replace|renames|link|symlink)|shutil\.(?:copy|copy2|copyfile|copytree|move))$/;
const PATH_METHODS =
  /^(?:read_text|read_bytes|write_text|write_bytes|unlink|rmdir|mkdir|touch|rename|replace|iterdir|open)$/;
const SENDERS = /(?:^|\.)(?:send_file|FileResponse|sendfile|static_file)$/;

/** A path that the client can lead elsewhere. */
export const PATH_TRAVERSAL: DetectingRule = {
  id: 'py/path-traversal',
  ...KIND_DESCRIPTIONS['path-traversal'],
  fix: 'Resolve the path and check that it stays inside the folder (`is_relative_to`), or keep only its last part (`secure_filename`).',
  weakExample:
    'from flask import Flask, request\n\napp = Flask(__name__)\n\n@app.get("/note")\ndef note():\n    with open("/srv/notes/" + request.args["name"]) as file:\n        return {"note": file.read()}\n',
  safeExample:
    'from flask import Flask, request\nfrom werkzeug.utils import secure_filename\n\napp = Flask(__name__)\n\n@app.get("/note")\ndef note():\n    with open("/srv/notes/" + secure_filename(request.args["name"])) as file:\n        return {"note": file.read()}\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const isChosen = pathsOf(site).some((path) => isExposed(analysis.exposureOf(path, 'path'), 'remote'));
      if (isChosen) yield exposedAt(site.call.span, 'remote');
    }
  },
};

/** Paths that the call reads, writes, removes or sends. */
function pathsOf(site: CallSite): Value[] {
  const { ref } = site;
  const first =
    argumentOf(site, 0) ??
    argumentOf(site, 0, 'file') ??
    argumentOf(site, 0, 'path') ??
    argumentOf(site, 0, 'filename');
  if (TWO_FILE_FUNCTIONS.test(ref)) return site.positional.slice(0, 2);
  if (FILE_FUNCTIONS.test(ref) || SENDERS.test(ref)) {
    return isStream(first) ? [] : [first].filter((value) => value !== undefined);
  }
  if (/(?:^|\.)send_from_directory$/.test(ref)) return site.positional.slice(0, 1);
  // Uploads are saved where the program says.
  if (calledName(site) === 'save' && /\.files\b|\.FILES\b|UploadFile|FileStorage/.test(site.receiver?.ref ?? '')) {
    return site.positional.slice(0, 1);
  }
  const isPath = PATH_METHODS.test(calledName(site)) && site.receiver?.ref === 'pathlib.Path()';
  return isPath && site.receiver !== undefined ? [site.receiver] : [];
}

/** An uploaded file that is read in place has no path to lead elsewhere. */
function isStream(value: Value | undefined): boolean {
  return (
    value !== undefined &&
    /(?:\.stream|\.file|BytesIO\(\)|StringIO\(\)|\.files(?:\.get\(\)|\[\])?|\.FILES(?:\[\])?)$/.test(value.ref)
  );
}
