import type { SourceFile } from '../collect-files.ts';

/** From where data reaches a file: requests, a command line, callers alone, or tests. */
export type Exposure = 'route' | 'cli' | 'library' | 'test';

/** What is told of a file to the reviewer of another, and what severity rests on. */
export interface FileFacts {
  readonly file: SourceFile;
  /** Paths of the requests that it answers, as they stand there. */
  readonly routes: readonly string[];
  readonly exposure: Exposure;
}

/** Routes of one file that are kept. */
const mostRoutes = 20;

/** How the usual frameworks of all languages write a route: `@app.get("/x")`, `router.post('/x'`, `@GetMapping("/x")`. */
const route =
  /(?:\.(?:route|get|post|put|patch|delete|all|use|websocket|HandleFunc|Handle|GET|POST|PUT|PATCH|DELETE)|@(?:Request|Get|Post|Put|Patch|Delete)Mapping|@(?:Get|Post|Put|Patch|Delete|Path)|\b(?:re_)?path)\(\s*(?:value\s*=\s*)?["'`]([^"'`\n]{0,200})["'`]/g;
const requestHandling =
  /\b(?:HttpServlet|http\.ResponseWriter|HttpServletRequest|flask|django|fastapi|express\(|createServer|NextRequest|\$_(?:GET|POST|REQUEST))/;
const commandLine =
  /\b(?:sys\.argv|argparse|process\.argv|parseArgs|os\.Args|flag\.Parse|__main__|void main\s*\(|func main\s*\()/;
const testPath =
  /(?:^|\/)(?:tests?|__tests__|specs?|testdata|fixtures)\/|(?:^|\/)test_[^/]*$|[._-](?:test|spec)\.[^/.]+$|_test\.[^/.]+$/i;

/** Looks through the text of a file; the facts hold no more than a few words of it. */
export function factsOf(file: SourceFile, text: string): FileFacts {
  const routes = [...text.matchAll(route)].flatMap(([, path]) => (path?.startsWith('/') === true ? [path] : []));
  return { file, routes: [...new Set(routes)].slice(0, mostRoutes), exposure: exposureOf(file.path, text, routes) };
}

function exposureOf(path: string, text: string, routes: readonly string[]): Exposure {
  if (testPath.test(path)) return 'test';
  if (routes.length > 0 || requestHandling.test(text)) return 'route';
  return commandLine.test(text) ? 'cli' : 'library';
}
