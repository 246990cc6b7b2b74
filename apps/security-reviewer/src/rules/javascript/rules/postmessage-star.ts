import { calledName } from '../../flow/call-site.ts';
import { constantText } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { hasWord, wordsIn } from '../../knowledge/naming.ts';
import { wordsOf } from '../../knowledge/secret-name.ts';
import { optionOf } from './settings.ts';

const PRIVATE: ReadonlySet<string> = new Set(
  'token tokens password secret session jwt auth credentials credential user profile email account card code key cookie'.split(
    ' ',
  ),
);

/** A message with something private in it, for whichever page is there. */
export const POSTMESSAGE_STAR: DetectingRule = {
  id: 'js/postmessage-star',
  ...KIND_DESCRIPTIONS['postmessage-star'],
  fix: 'Name the origin that the message is for: `target.postMessage(data, "https://app.example.org")`.',
  weakExample: "export function hand(token) {\n  window.parent.postMessage({ token }, '*');\n}\n",
  safeExample: "export function hand(token) {\n  window.parent.postMessage({ token }, 'https://app.example.org');\n}\n",
  *detect(analysis) {
    for (const site of analysis.calls) {
      if (calledName(site) !== 'postMessage') continue;
      const target = constantText(site.positional[1]) ?? constantText(optionOf(site, 'targetOrigin'));
      const data = site.call.arguments[0]?.value;
      const keys =
        data?.kind === 'mapping'
          ? data.entries.flatMap(({ key }) => (key?.kind === 'literal' ? wordsOf(String(key.value)) : []))
          : [];
      if (target === '*' && hasWord(new Set([...keys, ...wordsIn(data)]), PRIVATE)) yield { span: site.call.span };
    }
  },
};
