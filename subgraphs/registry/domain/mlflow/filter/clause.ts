/** What a clause of a filter is about. */
export type Subject = 'attribute' | 'metric' | 'param' | 'tag' | 'dataset';

export const COMPARATORS = ['IS NOT NULL', 'IS NULL', 'NOT IN', 'ILIKE', 'LIKE', 'IN', '<=', '>=', '!=', '=', '<', '>'] as const;
export type Comparator = (typeof COMPARATORS)[number];

/** One comparison of a filter, checked: the value fits what it is compared with. All clauses must hold. */
export type Clause =
  | { readonly subject: Subject; readonly key: string; readonly comparator: 'IS NULL' | 'IS NOT NULL' }
  | { readonly subject: Subject; readonly key: string; readonly comparator: 'IN' | 'NOT IN'; readonly values: readonly string[] }
  | { readonly subject: Subject; readonly key: string; readonly comparator: 'LIKE' | 'ILIKE'; readonly pattern: string }
  | {
      readonly subject: Subject;
      readonly key: string;
      readonly comparator: '<=' | '>=' | '!=' | '=' | '<' | '>';
      readonly value: string | number;
    };

/** One part of an order. */
export interface Order {
  readonly subject: Subject;
  readonly key: string;
  readonly isAscending: boolean;
}
