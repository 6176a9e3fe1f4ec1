// Which base works on a case, as SQL over aftersales_case c. For the store only.
#pragma once

// The base of an agent of whom the merchant knows `known`, null where it does not know the agent;
// empty of own staff. Of a base that has agents of its own the merchant knows none: they are those
// whom the base's organization knows.
#define BASE_OF_AGENT(known, agent)                                     \
  "COALESCE(" known                                                     \
  ", (SELECT MIN(bc.base_id) FROM assignment_contract bc JOIN agent ba" \
  " ON ba.org_id = bc.base_id AND ba.agent_id = " agent                 \
  " WHERE bc.org_id = c.org_id AND bc.shop_id = c.shop_id), '')"

// What of the shops that it serves is a base's to see and to work on (DESIGN 7): what nobody has,
// and what an agent of the base has. The parameter is the base.
#define REACHED_BY_BASE                                          \
  "(c.assignee_agent_id = '' OR " BASE_OF_AGENT(                 \
      "(SELECT g.base_id FROM agent g WHERE g.org_id = c.org_id" \
      " AND g.agent_id = c.assignee_agent_id)",                  \
      "c.assignee_agent_id") " = ?)"
// The same of rows x that are about a case, or about none. The parameters are twice the base: an
// empty one is no base, and confines nothing.
#define CASE_REACHED_BY_BASE                                             \
  "(? = '' OR x.case_id = '' OR EXISTS (SELECT 1 FROM aftersales_case c" \
  " WHERE c.org_id = x.org_id AND c.case_id = x.case_id AND " REACHED_BY_BASE "))"
