// Whether a row belongs into the list as it is filtered. The same words stand in chats/lists/listing.py.
const isUnderWay = (row) => ["OPEN", "PENDING"].includes(row.status);
const isActive = (row) => isUnderWay(row) && !row.snoozed;

const tabs = {
  minhas: (row) => row.assignedTo === document.body.dataset.user,
  fila: (row) => row.assignedTo === "" && row.group === "false",
  todas: (row) => row.group === "false",
  grupos: (row) => row.group === "true",
};

const chips = {
  abertas: isActive,
  chegando: (row) => isActive(row) && row.incoming === "true",
  "nao-lidas": (row) => isActive(row) && row.unread !== "0",
  aguardando: (row) => isActive(row) && row.waiting !== "",
  pendentes: (row) => isActive(row) && row.status === "PENDING",
  adiadas: (row) => isUnderWay(row) && row.snoozed,
  resolvidas: (row) => row.status === "RESOLVED",
  arquivadas: (row) => row.status === "ARCHIVED",
};

const narrowings = { setor: "team", etiqueta: "tags", numero: "session", etapa: "stage", atendente: "assignedTo" };

// A search is the server's to judge: while there is one, only rows it has found are kept up to date.
export function belongs({ dataset: row }, { dataset: list }, isHere) {
  const fits = ([name, column]) => !list[name] || row[column].split(" ").includes(list[name]);
  return tabs[list.tab](row) && chips[list.chip](row) && Object.entries(narrowings).every(fits) && (!list.q || isHere);
}
