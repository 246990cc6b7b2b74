import type { CallSite } from '../../flow/call-site.ts';
import type { DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';
import { optionOf } from './settings.ts';

const RECEIVERS =
  /^(?:multer|express-fileupload|busboy|@fastify\/busboy|connect-busboy|koa-multer|@koa\/multer|fastify-multer)$/;

/** Uploads of any size. */
export const UNBOUNDED_UPLOAD: DetectingRule = {
  id: 'js/unbounded-upload',
  ...KIND_DESCRIPTIONS['unbounded-upload'],
  fix: 'Set `limits` with a `fileSize`, and accept only the types that are needed.',
  weakExample: "import multer from 'multer';\n\nexport const upload = multer({ dest: '/srv/uploads' });\n",
  safeExample:
    "import multer from 'multer';\n\nexport const upload = multer({ dest: '/srv/uploads', limits: { fileSize: 1_000_000 } });\n",
  *detect(analysis) {
    for (const site of analysis.calls) if (isUnbounded(site)) yield { span: site.call.span };
  },
};

function isUnbounded(site: CallSite): boolean {
  if (!RECEIVERS.test(site.ref) || optionOf(site, '*') !== undefined) return false;
  const isSeen = site.positional.every((value) => value.entries !== undefined);
  return isSeen && optionOf(site, 'limits') === undefined;
}
