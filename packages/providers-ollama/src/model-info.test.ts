import { describe, expect, test } from 'vitest';
import { isCloudModel, isSameModel, knownInfo, toContextWindow, toModelDetails, toModelInfo } from './model-info.ts';

const here = { baseURL: 'http://127.0.0.1:11434', isCloud: false };
const cloud = { baseURL: 'https://ollama.com', isCloud: true };

describe('a model costs nothing', () => {
  test.for(['http://localhost:11434', 'http://127.0.0.1', 'http://127.1.2.3:80/ollama', 'http://[::1]:11434'])(
    'on this machine: %s',
    (baseURL) => {
      expect(knownInfo('qwen3', { baseURL, isCloud: false })).toEqual({ local: true });
    },
  );

  test.for([
    'https://ollama.com',
    'http://192.168.1.2:11434',
    'http://gpu.example.com:11434',
    'http://localhost.example.com',
    'http://128.0.0.1',
  ])('not that we knew elsewhere: %s', (baseURL) => {
    expect(knownInfo('qwen3', { baseURL, isCloud: false })).toEqual({});
  });

  test.for(['gpt-oss:120b-cloud', 'glm-5:cloud'])('not that we knew in the cloud behind this machine: %s', (id) => {
    expect(knownInfo(id, here)).toEqual({});
    expect(isCloudModel(id, here)).toBe(true);
  });

  test('whatever its name says', () => {
    expect(isCloudModel('cloud', here)).toBe(false);
    expect(isCloudModel('cloudy:8b', here)).toBe(false);
    expect(isCloudModel('gpt-oss:120b', cloud)).toBe(true);
  });
});

const show = {
  parameters: 'stop                           "<|im_end|>"\nnum_ctx                        16384\ntemperature 0.6',
  model_info: {
    'general.architecture': 'qwen3',
    'qwen3.context_length': 262_144,
    'qwen3.embedding_length': 4_096,
    'vision.context_length': 77,
  },
  capabilities: ['completion', 'tools', 'thinking'],
  thinking: { values: [true, false, 'max', 3], default: true },
};

describe('what the server says of a model', () => {
  test('is read', () => {
    expect(toModelDetails(show)).toEqual({
      contextLength: 262_144,
      modelfileWindow: 16_384,
      capabilities: ['completion', 'tools', 'thinking'],
      thinkValues: [true, false, 'max'],
    });
  });

  test.for([
    ['nothing', {}],
    ['no object', []],
    ['text', 'hello'],
    ['null', null],
    ['fields of other types', { model_info: 5, parameters: 5, capabilities: 'tools', thinking: [] }],
    ['lengths that are none', { model_info: { 'general.architecture': 'a', 'a.context_length': -1 } }],
    ['no values', { thinking: { values: [] } }],
  ] as const)('may be %s', ([, answer]) => {
    expect(toModelDetails(answer)).toEqual({});
  });

  test('may name the length of an architecture that it does not name itself', () => {
    expect(toModelDetails({ model_info: { 'nomic-bert.context_length': 2_048 } })).toEqual({ contextLength: 2_048 });
  });

  test('are facts about it', () => {
    expect(toModelInfo(toModelDetails(show), 5)).toEqual({
      contextWindow: 5,
      capabilities: { images: false, tools: true, thinking: true },
    });
    expect(toModelInfo({}, 5)).toEqual({ contextWindow: 5 });
  });
});

describe('the window to ask for', () => {
  test.for([
    ['what the Modelfile says', { modelfileWindow: 100_000, contextLength: 262_144 }, false, 100_000],
    ['what the model was made for', { contextLength: 8_192 }, false, 8_192],
    ['32,768 of a larger one', { contextLength: 262_144 }, false, 32_768],
    ['32,768 where nothing is known', {}, false, 32_768],
    ['all of it in the cloud', { contextLength: 262_144 }, true, 262_144],
    ['32,768 in the cloud where nothing is known', {}, true, 32_768],
  ] as const)('is %s', ([, details, isCloud, expected]) => {
    expect(toContextWindow(details, isCloud)).toBe(expected);
  });
});

test('the tag latest may be left out', () => {
  expect(isSameModel('qwen3', 'qwen3:latest')).toBe(true);
  expect(isSameModel('qwen3:8b', 'qwen3')).toBe(false);
});
