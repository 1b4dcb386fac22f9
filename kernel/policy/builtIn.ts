/**
 * The policies that every installation begins with: what each role may. Policies of an installation come on top; a forbid of
 * theirs goes before a permit of these.
 */
export const BUILT_IN_POLICIES = `@id("role.admin")
@reason("Admins may do everything.")
permit (principal in Role::"admin", action, resource);

@id("role.steward")
@reason("Stewards curate the catalog and models, decide about approvals and read the audit trail.")
permit (
  principal in Role::"steward",
  action in [
    Action::"catalog.browse", Action::"catalog.read", Action::"catalog.readDefinition", Action::"catalog.curate",
    Action::"catalog.attachEvidence", Action::"catalog.manageTags", Action::"catalog.manageGlossary", Action::"catalog.crawl", Action::"catalog.releaseCrawl", Action::"audit.read",
    Action::"audit.readDetail", Action::"identity.read", Action::"identity.readEmail", Action::"policy.read",
    Action::"registry.browse", Action::"registry.create", Action::"registry.read", Action::"registry.write", Action::"registry.promote",
    Action::"approval.read", Action::"approval.request", Action::"approval.decide"
  ],
  resource
);

@id("role.analyst")
@reason("Analysts read the catalog and the registry, and ask for approval.")
permit (
  principal in Role::"analyst",
  action in [
    Action::"catalog.browse", Action::"catalog.read", Action::"catalog.readDefinition", Action::"identity.read",
    Action::"registry.browse", Action::"registry.read", Action::"approval.read", Action::"approval.request", Action::"approval.decide"
  ],
  resource
);

@id("role.bot")
@reason("Bots read the catalog, crawl, add to models, attach evidence and ask for approval.")
permit (
  principal in Role::"bot",
  action in [
    Action::"catalog.browse", Action::"catalog.read", Action::"catalog.readDefinition", Action::"catalog.crawl",
    Action::"catalog.ingest", Action::"catalog.attachEvidence", Action::"identity.read", Action::"registry.browse",
    Action::"registry.create", Action::"registry.read", Action::"registry.write", Action::"registry.promote", Action::"approval.read", Action::"approval.request"
  ],
  resource
);

@id("everybody.ownKey")
@reason("Everybody replaces keys of their own.")
permit (principal, action == Action::"identity.rotateOwnKey", resource);

@id("owner.curate")
@reason("Owners of a glossary term or a data product change it.")
permit (principal, action in [Action::"catalog.curate", Action::"catalog.attachEvidence"], resource)
when { (resource is GlossaryTerm || resource is DataProduct) && principal in resource.owners };

@id("grant.reader")
@reason("Whoever was granted access reads, until the grant ends.")
permit (
  principal,
  action in [Action::"catalog.read", Action::"catalog.readDefinition"],
  resource
) when { principal in resource.readers };
`;
