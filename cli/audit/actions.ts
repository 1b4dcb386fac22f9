import { InvalidArgumentError } from 'commander';
import { catalogEvents } from '../../contracts/catalog.ts';
import { governanceEvents } from '../../contracts/governance.ts';
import { registryEvents } from '../../contracts/registry.ts';
import { trackingEvents } from '../../contracts/tracking.ts';
import { didYouMean } from '../suggestion.ts';

/** Every action that an audit event can have: what subgraphs tell each other is called as what they record. */
export const ACTIONS: readonly string[] = [catalogEvents, governanceEvents, registryEvents, trackingEvents]
  .flatMap((events) => Object.keys(events))
  .toSorted();

/** An action that an event can have. */
export function actionArgument(text: string): string {
  if (ACTIONS.includes(text)) return text;
  const near = didYouMean(text, ACTIONS);
  throw new InvalidArgumentError(`No event has this action.${near === '' ? ` One is ${ACTIONS[0] ?? ''}.` : near}`);
}
