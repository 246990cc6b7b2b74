import { allArguments, argumentOf, calledName, type CallSite } from '../../flow/call-site.ts';
import type { Analysis } from '../../flow/analysis.ts';
import { placeOf } from '../../flow/place.ts';
import { familySet } from '../../flow/taint.ts';
import { constantText, type Value } from '../../flow/value.ts';
import { ARRIVAL, CONFIDENCE, type Detection, type DetectingRule } from '../../detection.ts';
import { KIND_DESCRIPTIONS } from '../../knowledge/kind-descriptions.ts';

/** What builds any object that its input names. */
const LOADERS =
  /^(?:(?:pickle|cPickle|_pickle|pickle5|dill|cloudpickle|six\.moves\.cPickle|marshal)\.loads?|joblib\.load|pandas\.(?:io\.pickle\.)?read_pickle|jsonpickle\.(?:decode|unpickler\.decode|loads)|(?:pickle|cPickle|_pickle|dill|cloudpickle)\.Unpickler\(\)\.load|yaml\.(?:unsafe_load(?:_all)?)|torch\.jit\.unsafe_load|shelve\.DbfilenameShelf|srsly\.pickle_loads?|sklearn\.externals\.joblib\.load|billiard\.\w+\.loads|klepto\.\w+|pandas\.compat\.pickle_compat\.load)$/;
const YAML_LOADERS = /^yaml\.load(?:_all)?$/;
const SAFE_YAML = /(?:^|\.)(?:C?SafeLoader|C?BaseLoader|safe_load)(?:\(\))?$/;
const SERIALISERS = /^(?:pickle|cPickle|dill|cloudpickle|marshal|jsonpickle|yaml)\.(?:dumps?|encode|safe_dump)\(\)$/;

const DATA = familySet('data');

/** Data from outside that is turned into objects of its own choice. */
export const UNSAFE_DESERIALIZATION: DetectingRule = {
  id: 'py/unsafe-deserialization',
  ...KIND_DESCRIPTIONS['unsafe-deserialization'],
  fix: 'Use a format that holds data alone: `json`, `yaml.safe_load`, `torch.load(…, weights_only=True)`; or check a signature over the bytes before loading them.',
  weakExample:
    'import pickle\n\ndef load(path):\n    with open(path, "rb") as file:\n        return pickle.load(file)\n',
  safeExample: 'import json\n\ndef load(path):\n    with open(path, "rb") as file:\n        return json.load(file)\n',
  *detect(analysis) {
    for (const site of analysis.calls) {
      const data = loadedData(site);
      if (data !== undefined && !isOwnData(data, site)) yield loadedAt(site, data, analysis);
      else if (acceptsPickle(site)) yield { span: site.call.span, confidence: 0.8 };
    }
    yield* pickledSessions(analysis);
  },
};

/** What the call loads, where it loads it in a dangerous way. */
function loadedData(site: CallSite): Value | undefined {
  const { ref } = site;
  const first = argumentOf(site, 0) ?? allArguments(site)[0];
  if (LOADERS.test(ref)) return ref.endsWith('Unpickler().load') ? site.receiver : first;
  if (YAML_LOADERS.test(ref)) return isSafeYaml(site) ? undefined : first;
  if (ref === 'numpy.load') return site.named.get('allow_pickle')?.literal === true ? first : undefined;
  if (ref === 'torch.load') return site.named.get('weights_only')?.literal === true ? undefined : first;
  if (ref === 'shelve.open') return first;
  if (/(?:^|\.)keras(?:\.\w+)*\.load_model$/.test(ref)) {
    return site.named.get('safe_mode')?.literal === false ? first : undefined;
  }
  return undefined;
}

function isSafeYaml(site: CallSite): boolean {
  const loader = argumentOf(site, 1, 'Loader');
  if (loader === undefined) return site.spread.length > 0;
  // A loader of the file's own, or one that is not seen, is left to the reader.
  return SAFE_YAML.test(loader.ref) || !/(?:^|\.)(?:C?Loader|C?UnsafeLoader|C?FullLoader)$/.test(loader.ref);
}

/** Constants, what the program has just written itself, and what carries a checked signature. */
function isOwnData(data: Value, site: CallSite): boolean {
  if (site.isAuthenticated || SERIALISERS.test(data.ref)) return true;
  if (constantText(data) !== undefined) return true;
  const safe = [...data.taint.values()];
  if (site.ref === 'shelve.open') return data.taint.size === 0;
  return safe.length > 0 && safe.every((families) => (families & DATA) !== 0);
}

function loadedAt(site: CallSite, data: Value, analysis: Analysis): Detection {
  const exposure = analysis.exposureOf(data, 'data');
  const confidence = Math.max(CONFIDENCE[exposure], 0.6);
  return {
    span: site.call.span,
    confidence,
    severity: exposure === 'remote' ? 'critical' : 'high',
    note: ARRIVAL[exposure],
    exposure,
  };
}

/** A task queue that takes pickled messages. */
function acceptsPickle(site: CallSite): boolean {
  const names = ['accept_content', 'task_serializer', 'result_serializer', 'event_serializer', 'CELERY_ACCEPT_CONTENT'];
  const isSetting = /(?:^|\.)conf\.update$|(?:^|\.)Celery$/.test(site.ref) || calledName(site) === 'update';
  return isSetting && names.some((name) => speaksOfPickle(site.named.get(name)));
}

function speaksOfPickle(value: Value | undefined): boolean {
  return (value?.items ?? (value === undefined ? [] : [value])).some((item) =>
    /^(?:pickle|application\/x-python-serialize)$/.test(constantText(item) ?? ''),
  );
}

/** Settings that keep sessions or messages pickled. */
function* pickledSessions(analysis: Analysis): Generator<Detection> {
  for (const { targets, value, span } of analysis.program.assignments) {
    const [target] = targets;
    const name = target === undefined ? '' : (placeOf(target)?.split('.').at(-1) ?? '');
    const assigned = analysis.valueOf(value);
    const isSession = name === 'SESSION_SERIALIZER' && (constantText(assigned) ?? '').endsWith('PickleSerializer');
    const isQueue =
      /^(?:CELERY_)?(?:ACCEPT_CONTENT|TASK_SERIALIZER|accept_content|task_serializer)$/.test(name) &&
      speaksOfPickle(assigned);
    if (isSession || isQueue) yield { span, confidence: 0.8 };
  }
}
