import { isExposed } from '../../flow/analysis.ts';
import { constantText, type Value } from '../../flow/value.ts';
import type { DetectingRule } from '../../detection.ts';
import { settingsOf } from './settings.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

/** Credentials for every origin. */
export const CORS_MISCONFIGURATION: DetectingRule = {
  id: 'py/cors-misconfiguration',
  ...KIND_DESCRIPTIONS['cors-misconfiguration'],
  fix: 'List the origins that are trusted, or answer without credentials.',
  weakExample:
    'from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)\n',
  safeExample:
    'from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=["https://app.example.org"], allow_credentials=True)\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const option = (name: string): Value | undefined => site.named.get(name);
      const withCredentials =
        option('allow_credentials')?.literal === true || option('supports_credentials')?.literal === true;
      const isEvery = ['allow_origins', 'origins', 'allow_origin_regex', 'resources'].some((name) =>
        everyOrigin(option(name)),
      );
      // Flask-CORS lets every origin in where none is named.
      const isDefault =
        /(?:^|\.)flask_cors\.(?:CORS|cross_origin)$/.test(site.ref) &&
        !site.named.has('origins') &&
        !site.named.has('resources');
      if (withCredentials && (isEvery || isDefault)) yield { span: site.call.span };
    }
    const settings = settingsOf(analysis);
    const withCredentials = settings.some(
      ({ name, value }) => name === 'CORS_ALLOW_CREDENTIALS' && value.literal === true,
    );
    for (const { name, value, span } of settings) {
      const isEvery = /^CORS_(?:ALLOW_ALL_ORIGINS|ORIGIN_ALLOW_ALL)$/.test(name) && value.literal === true;
      if (withCredentials && isEvery) yield { span };
      const isHeader = /^access-control-allow-origin$/i.test(name);
      // The origin of the request, handed back unseen, is every origin.
      if (isHeader && isExposed(analysis.exposureOf(value, 'header'), 'remote')) yield { span };
    }
  },
};

function everyOrigin(value: Value | undefined): boolean {
  if (value === undefined) return false;
  if (/^(?:\*|\^?\.[*+]\$?|https?:\/\/\.\*|https\?:\/\/\.\*|\^?https\?:\/\/\.\*\$?)$/.test(constantText(value) ?? '')) {
    return true;
  }
  if (value.items?.some((item) => everyOrigin(item)) === true) return true;
  return [...(value.entries?.values() ?? [])].some((entry) => everyOrigin(entry.entries?.get('origins')));
}
