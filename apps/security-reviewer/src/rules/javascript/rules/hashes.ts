import type { CallSite } from '../../flow/call-site.ts';
import { constantText } from '../../flow/value.ts';

/** Algorithm of the hash that a call makes, in lower case without signs. */
export function hashOf(site: CallSite): string | undefined {
  const { ref } = site;
  if (/(?:^|\.)createHash$/.test(ref) || ref === 'crypto.hash') return plain(constantText(site.positional[0]));
  if (/^(?:md5|js-md5|blueimp-md5|spark-md5\.hash|ts-md5\.Md5\.hashStr)$/.test(ref)) return 'md5';
  if (/^(?:sha1|js-sha1)$/.test(ref)) return 'sha1';
  if (/^(?:sha256|js-sha256(?:\.sha256)?|hash\.js\.sha256)$/.test(ref)) return 'sha256';
  const library = /(?:^|\.)(MD5|SHA1|SHA224|SHA256|SHA384|SHA512|SHA3|RIPEMD160)$/.exec(ref)?.[1];
  const isLibrary = library !== undefined && site.receiver !== undefined;
  if (isLibrary) return library.toLowerCase();
  const imported = /^crypto-js\/(md5|sha1|sha256|sha512)$/.exec(ref)?.[1];
  return imported ?? (/^Bun\.CryptoHasher$/.test(ref) ? plain(constantText(site.positional[0])) : undefined);
}

function plain(name: string | undefined): string | undefined {
  return name
    ?.toLowerCase()
    .replaceAll(/[^a-z\d]/g, '')
    .replace(/^rsa/, '');
}
