/** Why an artifact cannot be used, as a code that programs may rely on. */
export const ARTIFACT_PROBLEMS = {
  TRUNCATED: 'The file ends in the middle.',
  NOT_JSON: 'The file is not JSON.',
  WRONG_ARTIFACT: 'The file is another artifact than expected, or none of dbt.',
  UNSUPPORTED_VERSION: 'The artifact has a version that is not known here.',
  MALFORMED: 'The file is JSON but has not the form of the artifact.',
} as const;

export type ArtifactProblem = keyof typeof ARTIFACT_PROBLEMS;

/** An artifact of dbt that cannot be read; the message says what is wrong, where, and what to do. */
export class ArtifactError extends Error {
  readonly code: ArtifactProblem;

  constructor(code: ArtifactProblem, message: string) {
    super(message);
    this.name = 'ArtifactError';
    this.code = code;
  }
}
