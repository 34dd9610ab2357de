"""Operations compiled to one SQL statement: the fast road for reading, which can be left out.

graphql-core parses and validates a document; then, instead of walking through thousands of fields,
the whole operation is written as one statement whose answer is the JSON that the client gets:

- `learning` keeps with a document what is known of its operations;
- `asking` asks the root resolvers what they want, instead of letting them fetch it (`roots`);
- `answers` turns that into SQL, `writing` the selection below it (`values` the plain fields,
  `pages` the lists, `sections` what is sealed), and `statements` puts all of it together;
- `holes` fills what only Python can say: words to be opened, cursors;
- `running` keeps the statements and runs them as the caller, in one round trip.

What a caller may see is decided where it always is: by the scopes an operation was admitted with,
and by row-level security in PostgreSQL. Whatever a plan cannot say exactly as graphql-core would is
left to graphql-core: fields with a resolver of their own, and every answer with an error in it.
"""
