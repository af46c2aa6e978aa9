"""The schema, as numbered steps that are never edited once released; the order of the imports is theirs."""

from fullautoci.store.migrations import foundation as foundation
from fullautoci.store.migrations import quality as quality
from fullautoci.store.migrations import team as team
from fullautoci.store.migrations import views as views
from fullautoci.store.migrations import words as words
from fullautoci.store.migrations.steps import migrations as migrations
