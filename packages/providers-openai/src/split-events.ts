import { createParser } from 'eventsource-parser';
import type { MakeSplitter } from '@harness-sdk/core/adapter';

/**
 * Frames of an event stream: the `data` of each event. A comment, by which some servers show that they are alive while a
 * model thinks, is an empty frame.
 */
export const splitEvents: MakeSplitter = (onFrame) =>
  createParser({ onEvent: ({ data }) => onFrame(data), onComment: () => onFrame('') });
