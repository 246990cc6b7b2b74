import type { DetectingRule } from '../../detection.ts';
import { calledName, type CallSite } from '../../flow/call-site.ts';
import type { Value } from '../../flow/value.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { exposed, siteRule } from '../../site-rule.ts';
import { isRequest } from '../model/requests.ts';

const FILES =
  /^(?:os\.(?:Open|OpenFile|Create|ReadFile|WriteFile|Remove|RemoveAll|Mkdir|MkdirAll|ReadDir|Chmod|Chown|Truncate|Readlink|DirFS|Stat|Lstat|Chdir)|(?:io\/)?ioutil\.(?:ReadFile|WriteFile|ReadDir)|(?:html|text)\/template\.ParseFiles|encoding\/csv\.Open|archive\/zip\.OpenReader|path\/filepath\.(?:Walk|WalkDir))$/;
const TWO_FILES = /^os\.(?:Rename|Link|Symlink)$/;

/** A path that the client can lead elsewhere. */
export const PATH_TRAVERSAL: DetectingRule = siteRule(
  {
    id: 'go/path-traversal',
    ...KIND_DESCRIPTIONS['path-traversal'],
    fix: 'Refuse names for which `filepath.IsLocal` is false, open files through `os.Root`, or compare the cleaned path with the folder and a separator.',
    weakExample:
      'package notes\n\nimport (\n\t"net/http"\n\t"os"\n\t"path/filepath"\n)\n\nfunc Remove(w http.ResponseWriter, r *http.Request) {\n\tos.Remove(filepath.Join("/srv/notes", r.FormValue("name")))\n}\n',
    safeExample:
      'package notes\n\nimport (\n\t"net/http"\n\t"os"\n\t"path/filepath"\n)\n\nfunc Remove(w http.ResponseWriter, r *http.Request) {\n\tname := r.FormValue("name")\n\tif !filepath.IsLocal(name) {\n\t\treturn\n\t}\n\tos.Remove(filepath.Join("/srv/notes", name))\n}\n',
  },
  (site, analysis) => exposed(site, pathsOf(site), 'path', 'remote', analysis),
);

function pathsOf(site: CallSite): readonly (Value | undefined)[] {
  const { ref, positional } = site;
  if (TWO_FILES.test(ref)) return positional.slice(0, 2);
  if (FILES.test(ref)) return positional.slice(0, 1);
  if (ref === 'net/http.ServeFile') return positional.slice(2, 3);
  const name = calledName(site);
  if (site.receiver === undefined || !isRequest(site.receiver.ref)) return [];
  if (/^(?:File|SendFile|Download|FileAttachment|Attachment|Inline|SendStream)$/.test(name)) {
    return positional.slice(0, 1);
  }
  if (name === 'SaveUploadedFile') return positional.slice(1, 2);
  return name === 'SaveFile' ? positional.slice(1, 2) : [];
}
