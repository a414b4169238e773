// Whether a row belongs into the list as it is filtered. The same words stand in chats/listing.py.
const ACTIVE = ["OPEN", "PENDING"];

const tabs = {
  minhas: (row) => row.assignedTo === document.body.dataset.user,
  fila: (row) => row.assignedTo === "",
  todas: () => true,
};

const chips = {
  abertas: (row) => ACTIVE.includes(row.status),
  "nao-lidas": (row) => ACTIVE.includes(row.status) && row.unread !== "0",
  aguardando: (row) => ACTIVE.includes(row.status) && row.waiting !== "",
  pendentes: (row) => row.status === "PENDING",
  resolvidas: (row) => row.status === "RESOLVED",
  arquivadas: (row) => row.status === "ARCHIVED",
};

// A search is the server's to judge: while there is one, only rows it has found are kept up to date.
export function belongs(row, list, isHere) {
  const { tab, chip, q } = list.dataset;
  return tabs[tab](row.dataset) && chips[chip](row.dataset) && (!q || isHere);
}
