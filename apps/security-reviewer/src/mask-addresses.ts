const address = /\b[a-z][a-z\d+.-]*:\/\/[^\s"'`<>()[\]{}|\\^]+/gi;
/** `//host/…` and `www.host`, which viewers make links of too. */
const bare = /(?<![\w:/])(?:\/\/|www\.)[\w-]+(?:\.[\w-]+)+[^\s"'`<>()[\]{}|\\^]*/gi;
/** A name of a host by itself, under a domain that no programming language uses: `data.evil.example`. */
const host =
  /[\w-]*(?:\.[\w-]+)*\.(?:com|net|org|example|invalid|onion|xyz|top|site|online|info|biz|dev|cloud|link|click|page|ru|cn|tk)\b(?!\s*\()[^\s"'`<>()[\]{}|\\^]*/gi;
/** What spreadsheets run. */
const formula = /=\s*(?:HYPERLINK|IMPORT(?:XML|DATA|FEED|HTML|RANGE)|WEBSERVICE|IMAGE)\b/gi;

/** A text without the addresses in it, as a language model writes it: text in a reviewed file may have asked for them. */
export function maskAddresses(text: string): string {
  return text
    .replace(address, '(address)')
    .replace(bare, '(address)')
    .replace(host, '(address)')
    .replace(formula, '(formula)');
}
