import type { ExportedEvent, ExportRow } from './exportRow.ts';

/** Open Cybersecurity Schema Framework, of which these classes exist since long before. */
const VERSION = '1.8.0';

const ENTITY_MANAGEMENT = { category_uid: 3, class_uid: 3004, class_name: 'Entity Management' };
const USER_ACCESS = { category_uid: 3, class_uid: 3005, class_name: 'User Access Management' };
const API_ACTIVITY = { category_uid: 6, class_uid: 6003, class_name: 'API Activity' };

const SHA256 = 3;

/** An event as security tools take it, one JSON object a line. A view: the text that was logged stands in `raw_data`. */
export function ocsfLine({ leafIndex, leafHash, event, body, detail }: ExportRow, origin: string): string {
  if (event === null || body === null) return '';
  const kind = kindOf(event);
  return `${JSON.stringify({
    ...kind.as,
    activity_id: kind.activity,
    type_uid: kind.as.class_uid * 100 + kind.activity,
    time: Date.parse(event.time),
    severity_id: event.outcome === 'success' ? 1 : 2,
    status_id: event.outcome === 'success' ? 1 : 2,
    ...(event.reason !== null && { status_code: event.reason }),
    metadata: {
      version: VERSION,
      product: { name: 'Cadastre', vendor_name: 'Cadastre' },
      log_name: origin,
      uid: event.id,
      sequence: leafIndex,
      original_time: event.time,
      correlation_uid: event.correlationId,
      event_code: event.action,
    },
    actor: actorOf(event),
    ...kind.about,
    raw_data: body,
    unmapped: {
      leaf_index: leafIndex,
      leaf_hash: leafHash,
      leaf_hash_algorithm_id: SHA256,
      changed_fields: event.changes.fields,
      policy_ids: event.decision.policyIds,
      policy_effect: event.decision.effect,
      subject_version: event.subject.version,
      trace_uid: event.request.traceId,
      ...(detail !== null && { detail }),
    },
  })}\n`;
}

interface Kind {
  readonly as: { readonly category_uid: number; readonly class_uid: number; readonly class_name: string };
  readonly activity: number;
  readonly about: object;
}

/** What was read is API Activity, who may what is User Access, and everything else Entity Management. */
function kindOf(event: ExportedEvent): Kind {
  const [, noun = '', verb = ''] = event.action.split('.');
  const resource = { uid: event.subject.id, type: event.subject.type };
  if (verb === 'read' || verb === 'exported') {
    const api = { operation: event.request.operation ?? event.action };
    // Where a request came from is not recorded, and the class wants to know.
    return { as: API_ACTIVITY, activity: 2, about: { api, resources: [resource], src_endpoint: { name: 'unknown' } } };
  }
  if (['key', 'roles', 'member', 'session'].includes(noun)) {
    const user = { uid: event.outcome === 'refused' ? event.subject.id : event.aggregate.id };
    return { as: USER_ACCESS, activity: ENDED.test(verb) ? 2 : 1, about: { user, resources: [resource] } };
  }
  const activity = BEGUN.test(verb) ? 1 : ENDED.test(verb) ? 4 : 3;
  return { as: ENTITY_MANAGEMENT, activity, about: { entity: resource } };
}

const BEGUN = /^(created|added|made|began|begun|started|proposed|stubbed|registered)$/;
const ENDED = /^(removed|deleted|erased|pruned|revoked|ended|closed|cancelled)$/;

const actorOf = ({ actor }: ExportedEvent): object => ({
  user: { uid: actor.id, type: actor.kind },
  ...(actor.onBehalfOf !== null && { invoked_by: actor.onBehalfOf }),
});
