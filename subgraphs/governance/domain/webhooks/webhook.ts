import type { Instant } from '../../../../kernel/time.ts';

export type WebhookState = 'ACTIVE' | 'PAUSED' | 'REMOVED';

/** A receiver outside. */
export interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly topics: readonly string[];
  readonly state: WebhookState;
  readonly stateReason: string | null;
  /** Until when the secret before the current one signs too; null when there is none. */
  readonly secretBeforeUntil: Instant | null;
  readonly version: number;
  readonly createdBy: string;
  readonly createdAt: Instant;
}

export type DeliveryState = 'WAITING' | 'DELIVERED' | 'DEAD';

/** One message for one receiver. */
export interface Delivery {
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly topic: string;
  readonly replayOf: string | null;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly nextAt: Instant | null;
  readonly createdAt: Instant;
  readonly endedAt: Instant | null;
  /** What is sent, once it was composed. */
  readonly body: string | null;
}

/** One try to deliver. */
export interface Attempt {
  readonly deliveryId: string;
  readonly number: number;
  readonly at: Instant;
  readonly latencyMs: number;
  /** Null when no answer came. */
  readonly status: number | null;
  readonly problem: string | null;
}

const TOPICS_MAX = 50;
const TOPIC = /^(\*|[a-z]+(\.[a-z]+)*(\.\*|\.[a-z]+\.v\d+))$/;

/** Why topics cannot be subscribed to, or null. */
export function topicsProblem(topics: readonly string[]): string | null {
  if (topics.length === 0 || topics.length > TOPICS_MAX)
    return `topics must name 1 to ${TOPICS_MAX} topics, e.g. registry.stage.bound.v1.`;
  const wrong = topics.find((topic) => topic.length > 200 || !TOPIC.test(topic));
  return wrong === undefined
    ? null
    : `topics: "${wrong.slice(0, 60)}" is no topic. Write one like registry.stage.bound.v1, or registry.stage.* for all that begin so.`;
}

/** As a pattern of SQL's LIKE; topics have no wildcards of it. */
export const topicPattern = (topic: string): string => topic.replace(/\*$/, '%');

const SECOND = 1;
const MINUTE = 60;
const HOUR = 3_600;
/** Seconds before the second attempt, the third and so on, as Standard Webhooks recommends; after the last it is dead. */
const PAUSES = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];

/**
 * How long to wait before the next attempt, or null when that was the last one.
 * @param chance from 0 to 1: receivers that failed together are not asked again together
 */
export function pauseSeconds(attempts: number, chance: number): number | null {
  const pause = PAUSES[attempts - 1];
  return pause === undefined ? null : pause * (1 + 0.2 * chance);
}

/** What an answer means. A receiver that is gone says so with 410, and is asked no more. */
export function verdictOf(status: number | null): 'DELIVERED' | 'RETRY' | 'GONE' {
  if (status === null) return 'RETRY';
  if (status === 410) return 'GONE';
  return status >= 200 && status < 300 ? 'DELIVERED' : 'RETRY';
}
