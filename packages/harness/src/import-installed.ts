import { createRequire, findPackageJSON } from 'node:module';
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Imports a package by its name: from where harness-sdk itself is installed, else from where the given script is.
 *
 * Both are places whose code runs already. The directory an agent works in is not among them: what stands in its
 * `node_modules` may be anybody's.
 *
 * @param script - Absolute path of the program that runs, as in `process.argv[1]`; anything else is passed over.
 * @returns `undefined` where the package is in neither place.
 * @throws What the package throws while it is loaded.
 */
export async function importInstalled(packageName: string, script: string | undefined): Promise<unknown> {
  try {
    return await import(packageName);
  } catch (error) {
    // An installed package that does not load is a fault to report, not a missing package.
    if (hasPackage(packageName, import.meta.url)) throw error;
  }
  if (script === undefined || !isAbsolute(script) || !hasPackage(packageName, pathToFileURL(script))) return undefined;
  return await import(pathToFileURL(createRequire(script).resolve(packageName)).href);
}

function hasPackage(packageName: string, from: string | URL): boolean {
  try {
    return findPackageJSON(packageName, from) !== undefined;
  } catch {
    // ERR_MODULE_NOT_FOUND: it is not there.
    return false;
  }
}
