/**
 * The policies that every installation begins with: what each role may. Policies of an installation come on top; a forbid of
 * theirs goes before a permit of these.
 */
export const BUILT_IN_POLICIES = `@id("role.admin")
@reason("Admins may do everything.")
permit (principal in Role::"admin", action, resource);

@id("role.steward")
@reason("Stewards curate the catalog and read the audit trail.")
permit (
  principal in Role::"steward",
  action in [
    Action::"catalog.browse", Action::"catalog.read", Action::"catalog.readDefinition", Action::"catalog.curate",
    Action::"catalog.manageTags", Action::"catalog.crawl", Action::"catalog.releaseCrawl", Action::"audit.read",
    Action::"audit.readDetail", Action::"identity.read", Action::"identity.readEmail", Action::"policy.read"
  ],
  resource
);

@id("role.analyst")
@reason("Analysts read the catalog.")
permit (
  principal in Role::"analyst",
  action in [
    Action::"catalog.browse", Action::"catalog.read", Action::"catalog.readDefinition", Action::"identity.read"
  ],
  resource
);

@id("role.bot")
@reason("Bots read the catalog and crawl.")
permit (
  principal in Role::"bot",
  action in [
    Action::"catalog.browse", Action::"catalog.read", Action::"catalog.readDefinition", Action::"catalog.crawl",
    Action::"catalog.ingest", Action::"identity.read"
  ],
  resource
);
`;
