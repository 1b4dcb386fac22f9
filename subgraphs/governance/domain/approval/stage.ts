/** A stage as policies name it: their names are plain letters, so that no other spelling counts as one of them. */
export const foldStage = (stage: string): string => stage.normalize('NFKC').trim().toLowerCase();
