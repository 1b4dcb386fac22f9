/** Tags and names of functions whose value comes from many rows. Everything else transforms one row. */
export const AGGREGATE_TAGS: ReadonlySet<string> = new Set([
  'count', 'sum', 'avg', 'min', 'max', 'group_concat', 'string_agg', 'list_agg', 'array_agg', 'count_if', 'sum_if', 'stddev', 'stddev_pop',
  'stddev_samp', 'variance', 'var_pop', 'var_samp', 'median', 'mode', 'first', 'last', 'any_value', 'approx_distinct', 'approx_count_distinct',
  'approx_percentile', 'percentile', 'logical_and', 'logical_or', 'skewness', 'array_concat_agg', 'array_unique_agg', 'bool_xor_agg',
  'percentile_cont', 'percentile_disc', 'json_array_agg', 'json_object_agg', 'bitwise_and_agg', 'bitwise_or_agg', 'bitwise_xor_agg',
  'aggregate_function', 'within_group',
]);

export const AGGREGATE_NAMES: ReadonlySet<string> = new Set([
  'any', 'anylast', 'argmax', 'argmin', 'arg_max', 'arg_min', 'array_agg', 'arrayagg', 'avg', 'avgif', 'bit_and', 'bit_or', 'bool_and', 'bool_or',
  'collect_list', 'collect_set', 'corr', 'count', 'countif', 'count_if', 'covar_pop', 'covar_samp', 'every', 'grouparray', 'groupuniqarray',
  'group_concat', 'hll', 'json_agg', 'jsonb_agg', 'json_object_agg', 'jsonb_object_agg', 'listagg', 'list', 'max', 'max_by', 'maxif', 'min', 'min_by',
  'minif', 'mode', 'object_agg', 'quantile', 'quantiles', 'regr_slope', 'string_agg', 'sum', 'sumif', 'uniq', 'uniqexact', 'uniqif', 'uniqcombined',
  'wm_concat', 'xmlagg', 'approx_count_distinct', 'approx_quantiles', 'approx_top_count', 'histogram', 'map_agg', 'topk',
]);

/** The step keeps the value as it is. */
export const IDENTITY_TAGS: ReadonlySet<string> = new Set(['paren', 'annotated', 'alias', 'collation', 'pivot_alias', 'prior', 'connect_by_root']);

/** Functions of the first argument's truth; their other arguments are the values. */
export const CONDITIONAL_NAMES: ReadonlySet<string> = new Set(['if', 'iff', 'iif', 'multiif']);

/** Sources that give a row for each element of a value. */
export const ELEMENT_FUNCTIONS: ReadonlySet<string> = new Set([
  'unnest', 'explode', 'explode_outer', 'posexplode', 'posexplode_outer', 'inline', 'inline_outer', 'arrayjoin', 'json_array_elements',
  'jsonb_array_elements', 'json_array_elements_text', 'jsonb_array_elements_text', 'regexp_split_to_table', 'string_split', 'split_to_table',
  'generate_series', 'generate_subscripts',
]);

/** What FLATTEN gives besides the value; none of it can be looked up anywhere else. */
export const FLATTEN_COLUMNS: readonly string[] = ['SEQ', 'KEY', 'PATH', 'INDEX', 'VALUE', 'THIS'];
